using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Keeps whether images should be scanned on push. There is no scanner, and no scan is ever reported as done.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html</remarks>
internal sealed class PutImageScanningConfiguration(RepositoryStreams streams)
    : IOperation<PutImageScanningConfiguration.Request, PutImageScanningConfiguration.Response>
{
    internal sealed record Request(string? RegistryId, string? RepositoryName, ScanningShape? ImageScanningConfiguration);

    internal sealed record Response(string RegistryId, string RepositoryName, ScanningShape ImageScanningConfiguration);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        Constraints.Required(request.ImageScanningConfiguration, "imageScanningConfiguration");
        var wanted = request.ImageScanningConfiguration!; // Checked above.
        await streams.ExecuteAsync(key, new RepositoriesCommand.SetScanning(key.Name, wanted.ScanOnPush), cancellationToken).ConfigureAwait(false);
        return new(key.Account, key.Name, wanted);
    }
}
