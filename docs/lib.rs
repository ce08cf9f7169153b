//! Compiles and runs the examples of the workspace's documents.

#![cfg_attr(doctest, doc = include_str!("../README.md"))]
#![cfg_attr(doctest, doc = include_str!("driving.md"))]
