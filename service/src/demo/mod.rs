//! An organization of invented people.
