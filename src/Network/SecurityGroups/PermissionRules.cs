using System.Collections.Immutable;
using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

/// <summary>Reads the rules of security groups from the forms in which requests give them.</summary>
internal static class PermissionRules
{
    private const int LongestDescription = 255;
    private const int MostPort = 65_535;
    private const int MostProtocol = 255;

    /// <summary>The rules, one for each other side that is named.</summary>
    /// <param name="permissions">Rules by protocol and ports.</param>
    /// <param name="isEgress">Which way they go.</param>
    /// <param name="group">The group they are for; other groups are found by name beside it.</param>
    /// <param name="state">What there is.</param>
    public static ImmutableArray<SecurityGroupRule> Read(IReadOnlyList<IpPermissionShape>? permissions, bool isEgress, SecurityGroup group, NetworkState state)
    {
        var rules = ImmutableArray.CreateBuilder<SecurityGroupRule>();
        foreach (var permission in Invalid.Required(permissions, "IpPermissions"))
        {
            var plain = Plain(permission.IpProtocol, permission.FromPort, permission.ToPort) with { IsEgress = isEgress };
            var before = rules.Count;
            rules.AddRange((permission.IpRanges ?? []).Select(range => plain with { CidrIpv4 = Ipv4(range.CidrIp), Description = Description(range.Description) }));
            rules.AddRange((permission.Ipv6Ranges ?? []).Select(range => plain with { CidrIpv6 = Ipv6(range.CidrIpv6), Description = Description(range.Description) }));
            rules.AddRange((permission.PrefixListIds ?? []).Select(list => plain with { PrefixListId = PrefixList(list.PrefixListId), Description = Description(list.Description) }));
            rules.AddRange((permission.UserIdGroupPairs ?? []).Select(pair => plain with { GroupId = Group(pair, group, state), Description = Description(pair.Description) }));
            if (rules.Count == before)
            {
                throw Invalid.Missing("IpPermissions.IpRanges, Ipv6Ranges, PrefixListIds or UserIdGroupPairs");
            }
        }

        return rules.ToImmutable();
    }

    /// <summary>A rule without its other side.</summary>
    public static SecurityGroupRule Plain(string? ipProtocol, int? from, int? to)
    {
        var protocol = Protocol(Invalid.Required(ipProtocol, "ipProtocol"));
        if (protocol is "tcp" or "udp")
        {
            if (from is null || to is null)
            {
                throw Invalid.Value("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
            }

            if (from is < 0 or > MostPort || to is < 0 or > MostPort || from > to)
            {
                throw Invalid.Value($"Invalid {protocol.ToUpperInvariant()} port range ({from}-{to})");
            }

            return new() { Protocol = protocol, FromPort = from, ToPort = to };
        }

        if (protocol is "icmp" or "icmpv6")
        {
            return from is null or < -1 or > 255 || to is null or < -1 or > 255
                ? throw Invalid.Value($"ICMP code ({to}) or type ({from}) is out of range")
                : new() { Protocol = protocol, FromPort = from, ToPort = to };
        }

        return new() { Protocol = protocol };    // For all others ports mean nothing, and EC2 forgets them.
    }

    public static string Ipv4(string? text) =>
        CidrBlock.Canonical(text) ?? throw Invalid.Value($"CIDR block {text} is malformed");

    public static string Ipv6(string? text) =>
        CidrBlock.Canonical(text, isIpv6: true) ?? throw Invalid.Value($"CIDR block {text} is malformed");

    public static string PrefixList(string? id) =>
        throw new AwsException("InvalidPrefixListID.NotFound", 400, $"The prefix list ID '{Invalid.Required(id, "PrefixListId")}' does not exist");

    public static string? Description(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : text.Length <= LongestDescription ? text
        : throw Invalid.Value($"Invalid rule description. The length of description is limited to {LongestDescription} characters");

    private static string Protocol(string protocol) => protocol.ToLowerInvariant() switch
    {
        "-1" or "all" => "-1",
        "6" or "tcp" => "tcp",
        "17" or "udp" => "udp",
        "1" or "icmp" => "icmp",
        "58" or "icmpv6" => "icmpv6",
        var other when int.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostProtocol => other,
        _ => throw Invalid.Value($"Invalid value '{protocol}' for IP protocol. Unknown protocol."),
    };

    private static string Group(UserIdGroupPairShape pair, SecurityGroup group, NetworkState state) =>
        pair.VpcPeeringConnectionId is not null ? throw Invalid.NotYet("VpcPeeringConnectionId")
        : pair.UserId is { Length: > 0 } owner && owner != state.Account ? throw NetworkRefusal.GroupNotFound(pair.GroupId ?? pair.GroupName ?? "")
        : pair.GroupId is { Length: > 0 } id
            ? state.SecurityGroup(id).Id
            : SecurityGroupNames.Find(state, group.VpcId, Invalid.Required(pair.GroupName, "GroupId")).Id;
}

/// <summary>Finds security groups as requests name them.</summary>
internal static class SecurityGroupNames
{
    /// <summary>The group, by id or else by name in the default VPC.</summary>
    public static SecurityGroup Find(NetworkState state, string? groupId, string? groupName, bool byNameToo)
    {
        if (groupId is { Length: > 0 })
        {
            return groupId.StartsWith("sg-", StringComparison.Ordinal)
                ? state.SecurityGroup(groupId)
                : throw new AwsException("InvalidGroupId.Malformed", 400, $"Invalid id: \"{groupId}\" (expecting \"sg-...\")");
        }

        return groupName is not { Length: > 0 } || !byNameToo ? throw Invalid.Missing("groupId")
            : state.DefaultVpc is { } vpc ? Find(state, vpc.Id, groupName)
            : throw NetworkRefusal.GroupNotFound(groupName);
    }

    /// <summary>The group of the name in a VPC.</summary>
    public static SecurityGroup Find(NetworkState state, string vpcId, string name) =>
        state.SecurityGroups.Values.FirstOrDefault(group => group.VpcId == vpcId && group.Name == name) ?? throw NetworkRefusal.GroupNotFound(name);
}
