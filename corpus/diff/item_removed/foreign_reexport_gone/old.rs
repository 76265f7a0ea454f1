pub use dep::D;
