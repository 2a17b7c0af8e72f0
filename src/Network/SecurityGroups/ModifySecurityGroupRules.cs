using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record ModifySecurityGroupRulesInput(
    string? GroupId,
    [property: JsonPropertyName("SecurityGroupRule")] IReadOnlyList<SecurityGroupRuleUpdateShape>? SecurityGroupRules,
    bool? DryRun);

internal sealed record ModifySecurityGroupRulesOutput(bool Return);

/// <summary>Makes rules of a security group other ones under the same ids.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html</remarks>
internal sealed class ModifySecurityGroupRules(NetworkStreams streams) : IOperation<ModifySecurityGroupRulesInput, ModifySecurityGroupRulesOutput>
{
    private static SecurityGroupRule Read(SecurityGroupRuleUpdateShape update)
    {
        var id = Invalid.Required(update.SecurityGroupRuleId, "SecurityGroupRuleId");
        var given = update.SecurityGroupRule ?? throw Invalid.Missing("SecurityGroupRule");
        string?[] sides = [given.CidrIpv4, given.CidrIpv6, given.PrefixListId, given.ReferencedGroupId];
        if (sides.Count(side => side is not null) != 1)
        {
            throw Invalid.Combination("Exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId must be given.");
        }

        return PermissionRules.Plain(given.IpProtocol, given.FromPort, given.ToPort) with
        {
            Id = id,
            CidrIpv4 = given.CidrIpv4 is null ? null : PermissionRules.Ipv4(given.CidrIpv4),
            CidrIpv6 = given.CidrIpv6 is null ? null : PermissionRules.Ipv6(given.CidrIpv6),
            PrefixListId = given.PrefixListId is null ? null : PermissionRules.PrefixList(given.PrefixListId),
            GroupId = given.ReferencedGroupId,
            Description = PermissionRules.Description(given.Description),
        };
    }

    public async ValueTask<ModifySecurityGroupRulesOutput> HandleAsync(ModifySecurityGroupRulesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, null, byNameToo: false);
        var updates = Invalid.Required(request.SecurityGroupRules, "SecurityGroupRule");
        var command = new Domain.ModifySecurityGroupRules(group.Id, [.. updates.Select(Read)]);
        Invalid.DryRun(request.DryRun);
        await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(Return: true);
    }
}
