"""The specification of the API: the document, its operations and schemas, and the documented exchanges."""
