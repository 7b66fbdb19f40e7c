//! ramframe on System V shared memory.
