using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Creates a repository.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html</remarks>
internal sealed class CreateRepository(RepositoryStreams streams, RegistryAddress address)
    : IOperation<CreateRepository.Request, CreateRepository.Response>
{
    internal sealed record Request
    {
        public string? RegistryId { get; init; }

        public string? RepositoryName { get; init; }

        public IReadOnlyList<ResourceTagShape?>? Tags { get; init; }

        public string? ImageTagMutability { get; init; }

        public IReadOnlyList<ExclusionFilterShape?>? ImageTagMutabilityExclusionFilters { get; init; }

        public ScanningShape? ImageScanningConfiguration { get; init; }

        public EncryptionShape? EncryptionConfiguration { get; init; }
    }

    internal sealed record Response(RepositoryShape Repository);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        Constraints.RepositoryName(request.RepositoryName, "repositoryName");
        Constraints.OwnRegistry(request.RegistryId, context);
        var created = await streams.CreateAsync(
            context.AccountId,
            context.Region,
            new RepositoriesCommand.Create(request.RepositoryName!) // Checked above.
            {
                TagMutability = Constraints.Mutability(request.ImageTagMutability, request.ImageTagMutabilityExclusionFilters),
                ScanOnPush = request.ImageScanningConfiguration?.ScanOnPush ?? false,
                Encryption = Encryption(request.EncryptionConfiguration),
                ResourceTags = Constraints.ResourceTags(request.Tags),
            },
            cancellationToken).ConfigureAwait(false);
        return new(RepositoryShape.From(created, address, context));
    }

    private static RepositoryEncryption Encryption(EncryptionShape? given)
    {
        if (given is null)
        {
            return RepositoryEncryption.Default;
        }

        Constraints.Required(given.EncryptionType, "encryptionConfiguration.encryptionType");
        Constraints.OneOf(given.EncryptionType, "encryptionConfiguration.encryptionType", "AES256", "KMS", "KMS_DSSE");
        if (given.KmsKey is not null)
        {
            Constraints.Length(given.KmsKey, "encryptionConfiguration.kmsKey", 1, 2048);
        }

        return new RepositoryEncryption(given.EncryptionType!, given.KmsKey); // Checked above.
    }
}
