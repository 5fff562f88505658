"""What every other room stands on: errors for a person, whole files, priorities."""
