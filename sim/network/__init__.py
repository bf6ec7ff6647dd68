"""Carries bytes between hosts: addresses, packets, TCP and UDP sockets, links."""
