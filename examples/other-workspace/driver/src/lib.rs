//! A driver in C: see `driver.c`. That it compiles is what the example shows.
