"""SCIM 2.0 (RFC 7643, RFC 7644): an agency's identity system keeps its own workers in step, and nobody else's.

A small, strict part of it: Users, with what a worker is here; get, list by one name, create, replace, and patch. What
is not understood is refused by name, never taken in half.
"""
