import Sidecar
print("jobsweep")
