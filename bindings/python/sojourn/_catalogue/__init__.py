"""Every metric described once: what it means, what it is measured on, its options; and any of them asked for by name."""
