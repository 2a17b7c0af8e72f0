using Berth.Domain;
using Berth.Wire;

namespace Berth.Registry;

/// <summary>Tells what the newest preview found, page by page.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html</remarks>
internal sealed class GetLifecyclePolicyPreview(RepositoryStreams streams, LifecyclePreviews previews)
    : IOperation<GetLifecyclePolicyPreview.Request, GetLifecyclePolicyPreview.Response>
{
    private const int MostResults = 100;

    internal sealed record Request
    {
        public string? RegistryId { get; init; }

        public string? RepositoryName { get; init; }

        public IReadOnlyList<ImageIdentifierShape?>? ImageIds { get; init; }

        public string? NextToken { get; init; }

        public int? MaxResults { get; init; }

        public TagStatusFilterShape? Filter { get; init; }
    }

    internal sealed record Response
    {
        public required string RegistryId { get; init; }

        public required string RepositoryName { get; init; }

        public required string LifecyclePolicyText { get; init; }

        public required string Status { get; init; }

        public string? NextToken { get; init; }

        public required IReadOnlyList<ResultShape> PreviewResults { get; init; }

        public required SummaryShape Summary { get; init; }
    }

    internal sealed record ResultShape(
        IReadOnlyList<string> ImageTags,
        string ImageDigest,
        DateTimeOffset ImagePushedAt,
        ActionShape Action,
        int AppliedRulePriority);

    internal sealed record ActionShape(string Type);

    internal sealed record SummaryShape(int ExpiringImageTotalCount);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var key = Constraints.Repository(request.RegistryId, request.RepositoryName, context);
        var size = Constraints.PageSize(request.MaxResults, MostResults);
        var wanted = TagStatusFilterShape.Read(request.Filter);
        var named = request.ImageIds is null ? null : Constraints.List(request.ImageIds, "imageIds");
        await streams.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var preview = previews.Find(key) ?? throw new AwsException(
            "LifecyclePolicyPreviewNotFoundException",
            400,
            $"Lifecycle policy preview does not exist for the repository with name '{key.Name}' in the registry with id '{key.Account}'");
        var tags = preview.Repository.TagsByDigest();
        var only = named?.Select(id => preview.Repository.Find(new ImageId(id.ImageDigest, id.ImageTag))?.Digest).ToHashSet();
        var page = Page<LifecycleExpiry>.Cut(
            preview.Expiries
                .Where(expiry => wanted(tags.Contains(expiry.Image.Digest)) && only?.Contains(expiry.Image.Digest) != false)
                .OrderBy(expiry => expiry.Image.Digest, StringComparer.Ordinal),
            expiry => expiry.Image.Digest,
            size,
            request.NextToken,
            $"{nameof(GetLifecyclePolicyPreview)} {key.Name}");
        return new Response
        {
            RegistryId = key.Account,
            RepositoryName = key.Name,
            LifecyclePolicyText = preview.PolicyText,
            Status = "COMPLETE",
            NextToken = page.NextToken,
            PreviewResults = [.. page.Items.Select(expiry => new ResultShape(
                [.. tags[expiry.Image.Digest]],
                expiry.Image.Digest,
                expiry.Image.PushedAt,
                new("EXPIRE"),
                expiry.RulePriority))],
            Summary = new(preview.Expiries.Length),
        };
    }
}
