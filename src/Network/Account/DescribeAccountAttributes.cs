using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeAccountAttributesInput(
    [property: JsonPropertyName("attributeName")] IReadOnlyList<string>? AttributeNames,
    bool? DryRun);

internal sealed record DescribeAccountAttributesOutput(
    [property: JsonPropertyName("accountAttributeSet")] IReadOnlyList<AccountAttributeShape> AccountAttributes);

/// <summary>Tells what of the account's attributes has a meaning here.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html</remarks>
internal sealed class DescribeAccountAttributes(NetworkStreams streams) : IOperation<DescribeAccountAttributesInput, DescribeAccountAttributesOutput>
{
    public async ValueTask<DescribeAccountAttributesOutput> HandleAsync(DescribeAccountAttributesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        AccountAttributeShape[] all =
        [
            new("supported-platforms", [new("VPC")]),
            new("default-vpc", [new(state.DefaultVpc?.Id ?? "none")]),
        ];
        var names = request.AttributeNames is { Count: > 0 } given ? given : [.. all.Select(attribute => attribute.AttributeName)];
        Invalid.DryRun(request.DryRun);
        return new([.. names.Select(name => all.FirstOrDefault(attribute => attribute.AttributeName == name)
            ?? throw Invalid.Value($"The attribute '{name}' is not known here."))]);
    }
}
