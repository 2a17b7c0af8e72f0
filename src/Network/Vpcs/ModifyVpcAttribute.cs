using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record ModifyVpcAttributeInput(
    AttributeBooleanValueShape? EnableDnsHostnames,
    AttributeBooleanValueShape? EnableDnsSupport,
    string? VpcId,
    AttributeBooleanValueShape? EnableNetworkAddressUsageMetrics);

/// <summary>Sets one attribute of a VPC.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html</remarks>
internal sealed class ModifyVpcAttribute(NetworkStreams streams) : IOperation<ModifyVpcAttributeInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(ModifyVpcAttributeInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.VpcId, "VpcId");
        bool?[] given = [request.EnableDnsSupport?.Value, request.EnableDnsHostnames?.Value, request.EnableNetworkAddressUsageMetrics?.Value];
        if (given.Count(value => value is not null) != 1)
        {
            throw Invalid.Combination("Exactly one attribute must be given.");
        }

        await streams.ExecuteAsync(context, new ModifyVpcAttributes(id, given[0], given[1], given[2]), cancellationToken).ConfigureAwait(false);
        return NoOutput.Instance;
    }
}
