"""The OpenAPI document: operations are declared here, shapes are read from the types that the code uses."""
