"""The contract of Microsoft Security Copilot's API: document, exchanges, checks, emulator."""
