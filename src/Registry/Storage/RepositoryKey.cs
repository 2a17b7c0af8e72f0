namespace Berth.Registry;

/// <summary>One repository among those of all accounts and regions.</summary>
internal sealed record RepositoryKey(string Account, string Region, string Name);
