using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeDaemonTaskDefinitionRequest
{
    public string? DaemonTaskDefinition { get; set; }
}

internal sealed record DescribeDaemonTaskDefinitionResponse
{
    public DaemonTaskDefinitionShape? DaemonTaskDefinition { get; set; }
}

/// <summary>Tells one revision of a daemon task definition; a family alone means its newest ACTIVE one.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeDaemonTaskDefinition.html</remarks>
internal sealed class DescribeDaemonTaskDefinition(AccountStreams account) : IOperation<DescribeDaemonTaskDefinitionRequest, DescribeDaemonTaskDefinitionResponse>
{
    public async ValueTask<DescribeDaemonTaskDefinitionResponse> HandleAsync(DescribeDaemonTaskDefinitionRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (family, revision) = DaemonArns.ReadTaskDefinition(request.DaemonTaskDefinition, "daemonTaskDefinition", context);
        var found = await account.QueryAsync(context, new FindDaemonTaskDefinitionQuery(family, revision), cancellationToken).ConfigureAwait(false)
            ?? throw AwsException.Client("The specified daemon task definition does not exist.");
        return new() { DaemonTaskDefinition = DaemonTaskDefinitionAnswer.Of(found, context) };
    }
}
