"""The story of a payment company's channel desk: bills, fees, remittance, settlements, campaigns, margin."""
