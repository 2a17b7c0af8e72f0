namespace Berth.Domain;

/// <summary>One tag of an ECS resource.</summary>
/// <param name="Key">1 to 128 characters, unique on its resource.</param>
/// <param name="Value">0 to 256 characters.</param>
public sealed record ResourceTag(string Key, string Value);

/// <summary>A name and a value, as cluster settings, resource statistics and environment variables are.</summary>
public sealed record NamedValue(string Name, string Value);
