"""What can be said of a verification factor beside what the client tells: offline, and by a service that is asked."""
