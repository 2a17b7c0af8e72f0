using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeVpcAttributeInput(string? Attribute, string? VpcId, bool? DryRun);

internal sealed record DescribeVpcAttributeOutput(
    string VpcId,
    AttributeBooleanValueShape? EnableDnsHostnames,
    AttributeBooleanValueShape? EnableDnsSupport,
    AttributeBooleanValueShape? EnableNetworkAddressUsageMetrics);

/// <summary>Tells one attribute of a VPC.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html</remarks>
internal sealed class DescribeVpcAttribute(NetworkStreams streams) : IOperation<DescribeVpcAttributeInput, DescribeVpcAttributeOutput>
{
    public async ValueTask<DescribeVpcAttributeOutput> HandleAsync(DescribeVpcAttributeInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var attribute = Invalid.Required(request.Attribute, "Attribute");
        var id = Invalid.Required(request.VpcId, "VpcId");
        var vpc = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Vpc(id);
        Invalid.DryRun(request.DryRun);
        return attribute switch
        {
            "enableDnsHostnames" => new(vpc.Id, new(vpc.EnableDnsHostnames), null, null),
            "enableDnsSupport" => new(vpc.Id, null, new(vpc.EnableDnsSupport), null),
            "enableNetworkAddressUsageMetrics" => new(vpc.Id, null, null, new(vpc.EnableNetworkAddressUsageMetrics)),
            _ => throw Invalid.Value($"Value ({attribute}) for parameter attribute is invalid. Unknown attribute."),
        };
    }
}
