using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Registry;

/// <summary>What a registry can list: repositories, tags, and the artifacts that refer to an image.</summary>
internal sealed class ListHandler(RepositoryStreams streams, RepositoryContents contents)
{
    private const int MostEntries = 1000;

    /// <summary><c>/v2/_catalog</c>.</summary>
    public async Task CatalogAsync(RegistryCall call)
    {
        RefuseAllBut(call, "GET");
        var state = await streams.ReadAsync(call.Caller.Account, call.Caller.Region, call.Aborted).ConfigureAwait(false);
        await call.AnswerAsync(new Catalog(Page(call, state.Repositories.Keys, MostEntries)), RegistryJson.Default.Catalog).ConfigureAwait(false);
    }

    /// <summary><c>/v2/NAME/tags/list</c>.</summary>
    public async Task TagsAsync(RegistryCall call)
    {
        RefuseAllBut(call, "GET");
        var repository = await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        await call.AnswerAsync(new TagList(repository.Name, Page(call, repository.Tags.Keys, int.MaxValue)), RegistryJson.Default.TagList).ConfigureAwait(false);
    }

    /// <summary><c>/v2/NAME/referrers/DIGEST</c>: empty, never 404, when nothing refers to it.</summary>
    public async Task ReferrersAsync(RegistryCall call)
    {
        RefuseAllBut(call, "GET");
        var subject = call.Digest.Value;
        var repository = await streams.GetAsync(call.Repository, call.Aborted).ConfigureAwait(false);
        var images = repository.Images.Values.Where(image => image.Subject == subject);
        if (call.Request.Query["artifactType"] is [{ Length: > 0 } artifactType, ..])
        {
            images = images.Where(image => image.ArtifactType == artifactType);
            call.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        List<Referrer> referrers = [];
        foreach (var image in images)
        {
            if (await contents.ReadManifestAsync(image, call.Aborted).ConfigureAwait(false) is { } manifest)
            {
                referrers.Add(new Referrer(image.MediaType, image.Digest, image.ManifestBytes, image.ArtifactType, NullIfEmpty(ManifestDocument.AnnotationsOf(manifest))));
            }
        }

        await call.AnswerAsync(new ReferrersIndex(referrers), RegistryJson.Default.ReferrersIndex, ManifestDocument.OciIndex).ConfigureAwait(false);
    }

    private static ImmutableSortedDictionary<string, string>? NullIfEmpty(ImmutableSortedDictionary<string, string> annotations) =>
        annotations.Count == 0 ? null : annotations;

    private static void RefuseAllBut(RegistryCall call, string method)
    {
        if (call.Request.Method != method)
        {
            throw RegistryException.Unsupported();
        }
    }

    // Names after `last`, `n` at most; where more follow, Link says how to go on. n=0 asks for nothing and gets no Link.
    private static List<string> Page(RegistryCall call, IEnumerable<string> ordered, int most)
    {
        var count = most;
        if (call.Request.Query["n"] is [{ } text, ..])
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            {
                throw new RegistryException(400, "PAGINATION_NUMBER_INVALID", $"'{text}' is not a number of entries.");
            }

            count = Math.Min(count, most);
        }

        var last = call.Request.Query["last"] is [{ Length: > 0 } given, ..] ? given : null;
        var rest = last is null ? ordered : ordered.SkipWhile(name => string.CompareOrdinal(name, last) <= 0);
        var page = rest.Take(count < int.MaxValue ? count + 1 : count).ToList();
        if (page.Count > count)
        {
            page.RemoveAt(count);
            if (count > 0)
            {
                call.Response.Headers.Link = $"<{call.Request.Path}?n={count}&last={Uri.EscapeDataString(page[^1])}>; rel=\"next\"";
            }
        }

        return page;
    }
}
