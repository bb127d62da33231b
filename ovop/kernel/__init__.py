"""What every part shares and nothing here touches: money, quantities, days, places, refusals. Pure."""
