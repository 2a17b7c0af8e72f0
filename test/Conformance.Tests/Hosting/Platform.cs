// Berth runs where its containers do.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
