"""What an organisation network is: vocabulary, rules, the two tables, the frozen network, results, the native file."""
