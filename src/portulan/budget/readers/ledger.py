NAME = "ledger"
