-- The roles of Daras. Safe to run again; an administrator runs it once on a production server, before the first
-- migration, and sets the two logins' passwords separately.
--
-- daras_owner        owns every object and migrates; nobody works as it
-- daras_app          the application's login: owns nothing, inherits nothing, never passes by row-level security
-- daras_application  what a request runs as (every application connection starts with role=daras_application)
-- daras_machine      what rules and matching run as, inside a transaction of the application

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'daras_owner') THEN
        CREATE ROLE daras_owner;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'daras_application') THEN
        CREATE ROLE daras_application;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'daras_machine') THEN
        CREATE ROLE daras_machine;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'daras_app') THEN
        CREATE ROLE daras_app NOINHERIT;
    END IF;
END
$$;

ALTER ROLE daras_owner LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE daras_application NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE daras_machine NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE daras_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

GRANT daras_application, daras_machine TO daras_app;

-- So that the owner can end what keeps a database from being dropped or migrated.
GRANT pg_signal_backend TO daras_owner;
-- The machine may do what the application may; the application's login takes on either only when it asks.
GRANT daras_application TO daras_machine;
