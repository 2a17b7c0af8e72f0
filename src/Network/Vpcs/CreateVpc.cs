using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateVpcInput(
    string? CidrBlock,
    bool? AmazonProvidedIpv6CidrBlock,
    string? Ipv6Pool,
    string? Ipv6CidrBlock,
    string? Ipv4IpamPoolId,
    int? Ipv4NetmaskLength,
    string? Ipv6IpamPoolId,
    int? Ipv6NetmaskLength,
    bool? DryRun,
    string? InstanceTenancy,
    string? Ipv6CidrBlockNetworkBorderGroup,
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications);

internal sealed record CreateVpcOutput(VpcShape Vpc);

/// <summary>Creates a VPC. It is a record: tasks are not put into networks of their own yet.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html</remarks>
internal sealed class CreateVpc(NetworkStreams streams) : IOperation<CreateVpcInput, CreateVpcOutput>
{
    public async ValueTask<CreateVpcOutput> HandleAsync(CreateVpcInput request, RequestContext context, CancellationToken cancellationToken)
    {
        Invalid.Unsupported(request.AmazonProvidedIpv6CidrBlock == true, "AmazonProvidedIpv6CidrBlock");
        Invalid.Unsupported(request.Ipv6Pool is not null, "Ipv6Pool");
        Invalid.Unsupported(request.Ipv6CidrBlock is not null, "Ipv6CidrBlock");
        Invalid.Unsupported(request.Ipv4IpamPoolId is not null || request.Ipv4NetmaskLength is not null, "Ipv4IpamPoolId");
        Invalid.Unsupported(request.Ipv6IpamPoolId is not null || request.Ipv6NetmaskLength is not null, "Ipv6IpamPoolId");
        Invalid.Unsupported(request.Ipv6CidrBlockNetworkBorderGroup is not null, "Ipv6CidrBlockNetworkBorderGroup");
        Invalid.Unsupported((request.InstanceTenancy ?? "default") != "default", "InstanceTenancy");
        var command = new Domain.CreateVpc(Invalid.Cidr(request.CidrBlock, "cidrBlock"), Invalid.Tags(request.TagSpecifications, "vpc"));
        Invalid.DryRun(request.DryRun);
        var vpc = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(vpc.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
