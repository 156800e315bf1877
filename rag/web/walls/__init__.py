"""The walls between the network and the page."""
