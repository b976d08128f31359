from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('budget', '0035_words_of_lines'),
    ]

    operations = [
        migrations.RenameField('decisionsheet', 'created_at', 'read_at'),
        migrations.RenameField('decisionsheet', 'confirmed_at', 'written_at'),
        migrations.RenameField('decisionsheet', 'rolled_back_at', 'undone_at'),
        migrations.AlterField(
            model_name='decisionsheet',
            name='file_name',
            field=models.CharField(blank=True, max_length=255, verbose_name='fichier'),
        ),
    ]
