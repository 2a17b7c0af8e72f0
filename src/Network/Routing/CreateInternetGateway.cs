using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateInternetGatewayInput(
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications,
    bool? DryRun);

internal sealed record CreateInternetGatewayOutput(InternetGatewayShape InternetGateway);

/// <summary>Creates an internet gateway, attached to nothing.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html</remarks>
internal sealed class CreateInternetGateway(NetworkStreams streams) : IOperation<CreateInternetGatewayInput, CreateInternetGatewayOutput>
{
    public async ValueTask<CreateInternetGatewayOutput> HandleAsync(CreateInternetGatewayInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.CreateInternetGateway(Invalid.Tags(request.TagSpecifications, "internet-gateway"));
        Invalid.DryRun(request.DryRun);
        var gateway = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(gateway.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
