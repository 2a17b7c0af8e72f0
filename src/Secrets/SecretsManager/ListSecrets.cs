using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Lists secrets by the moment of their creation, the newest first unless otherwise asked for.</summary>
/// <remarks>https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html</remarks>
internal sealed class ListSecrets(SecretsStreams streams) : IOperation<ListSecrets.Request, ListSecrets.Response>
{
    private const int MostSecrets = 100;

    internal sealed record Request(
        bool? IncludePlannedDeletion, int? MaxResults, string? NextToken, IReadOnlyList<SecretFilterShape>? Filters, string? SortOrder, string? SortBy);

    internal sealed record Response(IReadOnlyList<SecretListEntryShape> SecretList, string? NextToken);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var size = Invalid.Size(request.MaxResults, "maxResults", MostSecrets);
        var ascends = request.SortOrder switch
        {
            null or "desc" => false,
            "asc" => true,
            _ => throw Invalid.Constraint("sortOrder", "Member must satisfy enum value set: [asc, desc]"),
        };
        Func<Secret, long> when = request.SortBy switch
        {
            null or "created-date" => secret => secret.CreatedAt.UtcTicks,
            "last-changed-date" => secret => secret.ChangedAt.UtcTicks,
            "name" or "last-accessed-date" => _ => 0,    // Accesses are not written down.
            _ => throw Invalid.Constraint("sortBy", "Member must satisfy enum value set: [created-date, last-accessed-date, last-changed-date, name]"),
        };
        var tests = (request.Filters ?? []).Select(Test).ToList();
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        string Key(Secret secret) => string.Create(CultureInfo.InvariantCulture, $"{(ascends ? when(secret) : long.MaxValue - when(secret)):D20} {secret.Name}");
        var found = state.Secrets.Values
            .Where(secret => (secret.DeletedAt is null || request.IncludePlannedDeletion == true) && tests.All(test => test(secret)))
            .OrderBy(Key, StringComparer.Ordinal);
        var (page, next) = Page.Of(found, Key, request.NextToken, size, "InvalidNextTokenException");
        return new([.. page.Select(Entry)], next);
    }

    private static SecretListEntryShape Entry(Secret secret) => new(
        secret.Arn,
        secret.Name,
        secret.Description,
        secret.KmsKeyId,
        secret.ChangedAt,
        secret.DeletedAt,
        TagShapes.Of(secret.Tags),
        SecretRules.StagesByVersion(secret),
        secret.CreatedAt);

    /// <summary>A filter holds when a value begins with any of the wanted ones; one that begins with an exclamation mark turns it round.</summary>
    private static Func<Secret, bool> Test(SecretFilterShape filter)
    {
        var wanted = Invalid.List(filter.Values, "filters.values", 10);
        Func<Secret, IEnumerable<string?>> values = filter.Key switch
        {
            "name" => secret => [secret.Name],
            "description" => secret => [secret.Description],
            "tag-key" => secret => secret.Tags.Select(tag => tag.Key),
            "tag-value" => secret => secret.Tags.Select(tag => tag.Value),
            "all" => secret => [secret.Name, secret.Description, .. secret.Tags.SelectMany(tag => new[] { tag.Key, tag.Value })],
            "primary-region" or "owning-service" => _ => [],
            _ => throw Invalid.Constraint("filters.key", "Member must satisfy enum value set: [all, name, tag-key, description, tag-value, primary-region, owning-service]"),
        };
        var order = filter.Key is "name" or "tag-key" or "tag-value" ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        return secret => wanted.Any(pattern => pattern.StartsWith('!')
            ? !values(secret).Any(value => value?.StartsWith(pattern[1..], order) == true)
            : values(secret).Any(value => value?.StartsWith(pattern, order) == true));
    }
}
