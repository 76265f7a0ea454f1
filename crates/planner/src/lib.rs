//! Estimates minutes, chooses what to take within a budget, and says why the rest waits.
