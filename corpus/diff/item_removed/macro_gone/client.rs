subject::m!();
