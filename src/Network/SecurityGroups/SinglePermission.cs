namespace Berth.Network;

/// <summary>The older form of requests about rules: one rule, in the request's own members.</summary>
internal static class SinglePermission
{
    /// <summary>The permissions of a request in either form; null when it has none.</summary>
    public static IReadOnlyList<IpPermissionShape>? Or(
        IReadOnlyList<IpPermissionShape>? permissions, string? protocol, int? fromPort, int? toPort, string? cidr, string? sourceGroupName)
    {
        if (protocol is null && cidr is null && sourceGroupName is null)
        {
            return permissions;
        }

        if (permissions is { Count: > 0 })
        {
            throw Invalid.Combination("The parameter ipPermissions cannot be used with a rule in the request itself");
        }

        if (sourceGroupName is not null)
        {
            return [new(null, protocol ?? "-1", null, null, null, null, [new(null, null, sourceGroupName, null, null, null, null)])];
        }

        return [new(fromPort, protocol, [new(cidr, null)], null, null, toPort, null)];
    }
}
