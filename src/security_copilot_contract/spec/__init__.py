"""What the API promises, as data: the document, its operations and schemas, the documented exchanges."""
