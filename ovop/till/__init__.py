"""Cash in clerks' hands: opened, counted, deposited."""
