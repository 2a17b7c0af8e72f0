using Berth.Wire;

namespace Berth.Secrets;

/// <summary>Creates a parameter, or a new version of one.</summary>
/// <remarks>https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html</remarks>
internal sealed class PutParameter(ParametersStreams streams, ParameterValues values) : IOperation<PutParameter.Request, PutParameter.Response>
{
    internal sealed record Request(
        string? Name,
        string? Description,
        string? Value,
        string? Type,
        string? KeyId,
        bool? Overwrite,
        string? AllowedPattern,
        IReadOnlyList<TagShape>? Tags,
        string? Tier,
        string? Policies,
        string? DataType);

    internal sealed record Response(long Version, string Tier);

    public async ValueTask<Response> HandleAsync(Request request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = ParameterRules.NewName(request.Name);
        var value = Invalid.Required(request.Value, "value");
        if (value.Length == 0)
        {
            throw Invalid.Constraint("value", "Member must have length greater than or equal to 1");
        }

        if (request.Tags is { Count: > 0 } && request.Overwrite == true)
        {
            throw Invalid.Validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
        }

        if (request.Policies is { Length: > 0 } and not "[]")
        {
            throw Invalid.Validation("Parameter policies are not supported here.");
        }

        ParameterRules.Matches(value, request.AllowedPattern);
        var command = new Domain.PutParameter
        {
            Name = name,
            Value = values.Seal(context, name, value),
            Type = ParameterRules.Type(request.Type),
            Description = Invalid.Optional(request.Description, "description", 1024),
            KeyId = Invalid.Optional(request.KeyId, "keyId", 256),
            AllowedPattern = request.AllowedPattern,
            Tier = ParameterRules.Tier(request.Tier, value),
            DataType = ParameterRules.DataType(request.DataType),
            Tags = TagShapes.Checked(request.Tags),
            Overwrite = request.Overwrite == true,
            By = context.PrincipalArn,
        };
        var version = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(version.Number, version.Tier);
    }
}
