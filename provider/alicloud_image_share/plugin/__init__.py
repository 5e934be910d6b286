"""The native provider: the same shares for programs in every language, spoken to over gRPC."""
