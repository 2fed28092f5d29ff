"""People who ask what is held about them: the case, each agency's part, the copy that is given; entries contested."""
