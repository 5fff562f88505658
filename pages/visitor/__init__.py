"""What every page needs of one visitor: cookie, language, network, links."""
