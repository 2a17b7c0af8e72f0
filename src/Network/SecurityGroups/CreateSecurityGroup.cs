using System.Text.Json.Serialization;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateSecurityGroupInput(
    [property: JsonPropertyName("GroupDescription")] string? Description,
    string? GroupName,
    string? VpcId,
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications,
    bool? DryRun);

internal sealed record CreateSecurityGroupOutput(
    string GroupId,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string SecurityGroupArn);

/// <summary>Creates a security group. It is a record: nothing here filters packets.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html</remarks>
internal sealed class CreateSecurityGroup(NetworkStreams streams) : IOperation<CreateSecurityGroupInput, CreateSecurityGroupOutput>
{
    private const int Longest = 255;
    private const string Marks = " ._-:/()#,@[]+=&;{}!$*";

    private static string Text(string? value, string member)
    {
        var text = Invalid.Required(value, member);
        return text.Length > Longest
            ? throw Invalid.Value($"Value ({text}) for parameter {member} is invalid. Character sets beyond ASCII and more than {Longest} characters are not supported.")
            : text.All(character => char.IsAsciiLetterOrDigit(character) || Marks.Contains(character, StringComparison.Ordinal))
                ? text
                : throw Invalid.Value($"Value ({text}) for parameter {member} is invalid. Valid are a-z, A-Z, 0-9 and{Marks}");
    }

    public async ValueTask<CreateSecurityGroupOutput> HandleAsync(CreateSecurityGroupInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Text(request.GroupName, "GroupName");
        var description = Text(request.Description, "GroupDescription");
        if (name.StartsWith("sg-", StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid.Value($"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.");
        }

        var vpc = request.VpcId is { Length: > 0 } ? request.VpcId : null;
        var command = new Domain.CreateSecurityGroup(name, description, vpc, Invalid.Tags(request.TagSpecifications, "security-group"));
        Invalid.DryRun(request.DryRun);
        var group = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        var shape = group.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false));
        return new(shape.GroupId, shape.Tags, shape.SecurityGroupArn);
    }
}
