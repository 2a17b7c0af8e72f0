using Berth.Wire;

namespace Berth.Registry;

/// <summary>Gives the registry's scanning rules. There are none.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetRegistryScanningConfiguration.html</remarks>
internal sealed class GetRegistryScanningConfiguration : IOperation<GetRegistryScanningConfiguration.Request, GetRegistryScanningConfiguration.Response>
{
    internal sealed record Request;

    internal sealed record Response(string RegistryId, ScanningConfigurationShape ScanningConfiguration);

    internal sealed record ScanningConfigurationShape(string ScanType, IReadOnlyList<string> Rules);

    public ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new Response(context.AccountId, new("BASIC", [])));
}
