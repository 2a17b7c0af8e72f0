using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Describes images, each digest once with all its tags.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html</remarks>
internal sealed class DescribeImages(RepositoryStreams streams) : IOperation<DescribeImages.Request, DescribeImages.Response>
{
    internal sealed record Request
    {
        public string? RegistryId { get; init; }

        public string? RepositoryName { get; init; }

        public IReadOnlyList<ImageIdentifierShape?>? ImageIds { get; init; }

        public string? NextToken { get; init; }

        public int? MaxResults { get; init; }

        public TagStatusFilterShape? Filter { get; init; }
    }

    internal sealed record Response(IReadOnlyList<ImageDetailShape> ImageDetails, string? NextToken);

    internal sealed record ImageDetailShape
    {
        public required string RegistryId { get; init; }

        public required string RepositoryName { get; init; }

        public required string ImageDigest { get; init; }

        public IReadOnlyList<string>? ImageTags { get; init; }

        public required long ImageSizeInBytes { get; init; }

        public required DateTimeOffset ImagePushedAt { get; init; }

        public required string ImageManifestMediaType { get; init; }

        public string? ArtifactMediaType { get; init; }

        public string? SubjectManifestDigest { get; init; }

        public string ImageStatus { get; } = "ACTIVE";
    }

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var size = Constraints.PageSize(request.MaxResults);
        var wanted = TagStatusFilterShape.Read(request.Filter);
        var named = request.ImageIds is null ? null : Constraints.List(request.ImageIds, "imageIds");
        var repository = await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var tags = repository.TagsByDigest();
        var page = named is null
            ? Page<RepositoryImage>.Cut(
                repository.Images.Values.Where(image => wanted(tags.Contains(image.Digest))),
                image => image.Digest,
                size,
                request.NextToken,
                $"{nameof(DescribeImages)} {key.Name}")
            : new([.. named.Select(id => Find(repository, new ImageId(id.ImageDigest, id.ImageTag), context)).DistinctBy(image => image.Digest)], null);
        return new([.. page.Items.Select(image => Detail(image))], page.NextToken);

        ImageDetailShape Detail(RepositoryImage image) => new()
        {
            RegistryId = context.AccountId,
            RepositoryName = repository.Name,
            ImageDigest = image.Digest,
            ImageTags = tags.Contains(image.Digest) ? [.. tags[image.Digest]] : null,
            ImageSizeInBytes = repository.SizeOf(image),
            ImagePushedAt = image.PushedAt,
            ImageManifestMediaType = image.MediaType,
            ArtifactMediaType = image.ArtifactType,
            SubjectManifestDigest = image.Subject,
        };
    }

    private static RepositoryImage Find(Repository repository, ImageId id, RequestContext context)
    {
        if (id is { Digest: null, Tag: null })
        {
            throw Constraints.Violated("imageIds", "both tag and digest cannot be null");
        }

        return repository.Find(id) ?? throw new AwsException(
            "ImageNotFoundException",
            400,
            $"The image with imageId {id} does not exist within the repository with name '{repository.Name}' in the registry with id '{context.AccountId}'");
    }
}
