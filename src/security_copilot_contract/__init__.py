"""The contract of Microsoft Security Copilot's sessions API: document, exchanges, checks, emulator."""
