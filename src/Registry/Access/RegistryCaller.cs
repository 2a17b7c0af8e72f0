namespace Berth.Registry;

/// <summary>Who is at the registry: the account and region whose repositories are meant, and the principal.</summary>
internal sealed record RegistryCaller(string AccessKeyId, string Account, string Region, string Principal);
